import { DomainError } from '@aicode/contracts';
import { Injectable } from '@nestjs/common';

import { RateBucket, type Rate } from './rate-bucket.js';

/** Far above what a person, a dashboard or a script does; what is faster is a loop that went wild. */
export const requestRate: Rate = { burst: 1000, perSecond: 200 };
/** From here on buckets that are full again are forgotten. */
const manyBuckets = 10_000;

/** How fast each user, or each address where nobody is signed in, may ask this gateway. */
@Injectable()
export class RequestRates {
  private readonly buckets = new Map<string, RateBucket>();

  /** DomainError `request.rate_limited` if it is too fast. */
  take(who: string): void {
    const bucket = this.buckets.get(who) ?? this.newBucket(who);
    if (bucket.take()) return;
    throw new DomainError('request.rate_limited', 'Too many requests at once. Wait a moment and go on more slowly.', {
      retry_after_s: 1,
    });
  }

  private newBucket(who: string): RateBucket {
    if (this.buckets.size >= manyBuckets) this.forgetFull();
    const bucket = new RateBucket(requestRate);
    this.buckets.set(who, bucket);
    return bucket;
  }

  private forgetFull(): void {
    for (const [who, bucket] of this.buckets) if (bucket.isFull) this.buckets.delete(who);
  }
}

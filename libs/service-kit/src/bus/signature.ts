import { createHmac, timingSafeEqual } from 'node:crypto';

const signatureLength = 43;

/**
 * A message with its signature in front (HMAC-SHA256, base64url). `place` is the stream or channel that it is meant for,
 * so that a message taken from one place is worth nothing at another.
 */
export function signMessage(key: Buffer, place: string, body: string): string {
  return signatureOf(key, place, body) + body;
}

/** The body of a message that whoever holds the key meant for this place; undefined for any other. */
export function openMessage(key: Buffer, place: string, message: string): string | undefined {
  const body = unverifiedBody(message);
  const given = Buffer.from(message.slice(0, signatureLength));
  const expected = Buffer.from(signatureOf(key, place, body));
  return given.length === expected.length && timingSafeEqual(given, expected) ? body : undefined;
}

/** What a message claims, whoever made it. */
export function unverifiedBody(message: string): string {
  return message.slice(signatureLength);
}

function signatureOf(key: Buffer, place: string, body: string): string {
  return createHmac('sha256', key).update(place).update('\0').update(body).digest('base64url');
}

import { config } from 'zod';

// zod would try whether it may compile its checks; the content policy refuses that, and the browser reports the try. Imported
// before anything is parsed.
config({ jitless: true });

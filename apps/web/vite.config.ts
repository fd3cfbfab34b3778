import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

import { fileURLToPath } from 'node:url';

/** The platform that `vite` (the development server) sends calls to. */
const platform = process.env['AICODE_URL'] ?? 'http://127.0.0.1:7780';

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: {
    conditions: ['@aicode/source', 'module', 'browser', 'development|production'],
    // Radix locks the page's scroll by a style tag, which the content policy refuses.
    alias: { 'react-style-singleton': fileURLToPath(new URL('./src/ui/adopted-style.ts', import.meta.url)) },
  },
  build: {
    target: ['chrome123', 'firefox121', 'safari17.5'],
    sourcemap: true,
    manifest: true,
    // Pictures and fonts stay files: a data address is refused by the content policy for fonts.
    assetsInlineLimit: 0,
  },
  server: {
    proxy: {
      '/api': { target: platform, changeOrigin: true },
      '/socket.io': { target: platform, changeOrigin: true, ws: true },
    },
  },
});

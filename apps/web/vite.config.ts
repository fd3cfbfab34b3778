import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

import { fileURLToPath } from 'node:url';

/** The platform that `vite` (the development server) sends calls to. */
const platform = process.env['AICODE_URL'] ?? 'http://127.0.0.1:7780';

const packages = (names: string): RegExp => new RegExp(`node_modules/(${names})/`);
/** Libraries that every page needs: they change seldom, so that browsers keep them over many versions of ours. */
const inBase = packages(
  'react|react-dom|scheduler|i18next|react-i18next|html-parse-stringify|zod|zustand|clsx|use-sync-external-store|' +
    '@tanstack/(react-router|router-core|history|store|react-store|react-query|query-core)',
);
/** Ours that every page needs, with what its menus, dialogs and tooltips stand on. */
const inShell = new RegExp(
  `${
    packages(
      '@floating-ui/[a-z-]+|aria-hidden|react-remove-scroll(-bar)?|use-(callback-ref|sidecar)|' +
        '@radix-ui/(primitive|react-(collection|compose-refs|context|dialog|direction|dismissable-layer|dropdown-menu|focus-guards|' +
        'focus-scope|id|menu|popper|arrow|portal|presence|primitive|roving-focus|slot|tooltip|visually-hidden|use-[a-z-]+))',
    ).source
  }|libs/(contracts|api-client)/src/|apps/web/src/ui/(badge|button|callout|card|class-names|close-button|copy|dialog|kbd|` +
    'key-names|list|menu|message-of|page-header|refusal|skeleton|spinner|state-badge|states|time|clock|format|text-link|toast-store|' +
    'tooltip|use-page-title)|apps/web/src/app/(api|i18n|live|session|theme)/',
);

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
    rolldownOptions: {
      output: {
        // What every page needs, in few files: small ones compress badly, and each is a request.
        codeSplitting: {
          groups: [
            { name: 'base', test: inBase },
            { name: 'shell', test: inShell },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '/api': { target: platform, changeOrigin: true },
      '/socket.io': { target: platform, changeOrigin: true, ws: true },
    },
  },
});

import './styles.css';
import './app/no-eval.browser.js';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app/app.js';
import { startI18n } from './app/i18n/i18n.browser.js';
import { startLive } from './app/live/live.browser.js';
import { router } from './app/router.js';
import { startAccount } from './app/session/account.browser.js';
import { startSession } from './app/session/session.browser.js';
import { startShortcuts } from './app/shortcuts/shortcuts.browser.js';
import { startTheme } from './app/theme/theme.browser.js';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element "root".');

startTheme();
startSession();
startAccount(() => void router.navigate({ to: '/' }));
startLive();
startShortcuts();
await startI18n();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

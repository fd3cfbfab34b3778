import i18next, { type BackendModule } from 'i18next';
import { initReactI18next } from 'react-i18next';

import { readPreference, writePreference } from '../preference.js';
import { loadCatalogue } from './catalogues.vite.js';
import { choiceOf, languageKey, resolveLanguage, type LanguageChoice } from './language.js';

const catalogues: BackendModule = {
  type: 'backend',
  init: () => undefined,
  read: (language, namespace, done) => {
    loadCatalogue(language, namespace).then(
      (catalogue) => done(null, catalogue),
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error)), false),
    );
  },
};

export function languageChoice(): LanguageChoice {
  return choiceOf(readPreference(languageKey));
}

/** Loads the shell's words; each feature's come with the feature. */
export async function startI18n(): Promise<void> {
  i18next.on('languageChanged', (language) => (document.documentElement.lang = language));
  await i18next
    .use(catalogues)
    .use(initReactI18next)
    .init({
      lng: resolveLanguage(languageChoice(), navigator.languages),
      fallbackLng: 'en',
      ns: ['app', 'ui'],
      defaultNS: 'app',
      interpolation: { escapeValue: false },
      react: { useSuspense: true },
    });
}

export async function chooseLanguage(choice: LanguageChoice): Promise<void> {
  writePreference(languageKey, choice === 'system' ? null : choice);
  await i18next.changeLanguage(resolveLanguage(choice, navigator.languages));
}

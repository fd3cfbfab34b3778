/** The languages that the dashboard speaks, each by its own name. */
export const languages = { en: 'English', ko: '한국어' } as const;
export type Language = keyof typeof languages;
export type LanguageChoice = Language | 'system';

export const languageKey = 'aicode.language';

export function isLanguage(value: string): value is Language {
  return Object.hasOwn(languages, value);
}

export function choiceOf(stored: string | null): LanguageChoice {
  return stored !== null && isLanguage(stored) ? stored : 'system';
}

/** The first of the system's languages (`ko-KR`) that we speak; English if we speak none. */
export function resolveLanguage(choice: LanguageChoice, system: readonly string[]): Language {
  if (choice !== 'system') return choice;
  return system.map((tag) => tag.toLowerCase().split('-')[0] ?? '').find(isLanguage) ?? 'en';
}

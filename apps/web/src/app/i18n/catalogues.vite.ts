type Catalogue = Record<string, unknown>;
const files = import.meta.glob<Catalogue>('../../locales/*/*.json', { import: 'default' });

/** One namespace in one language: `locales/en/tasks.json`. */
export async function loadCatalogue(language: string, namespace: string): Promise<Catalogue> {
  const load = files[`../../locales/${language}/${namespace}.json`];
  if (!load) throw new Error(`There is no catalogue ${language}/${namespace}.`);
  return load();
}

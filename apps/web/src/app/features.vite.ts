import type { Feature, PagePath } from './feature.js';

type FeatureModule = { feature: Feature };
const modules = import.meta.glob<FeatureModule>('../features/*/index.ts');

/** Who owns a page. A feature that is not there is not routed. */
const owners: Record<PagePath, string> = {
  '/': 'home',
  '/tasks': 'tasks',
  '/tasks/$id': 'tasks',
  '/workspaces': 'workspaces',
  '/workspaces/$id': 'workspaces',
  '/queue': 'queue',
  '/nodes': 'nodes',
  '/settings': 'settings',
  '/sign-in': 'auth',
  '/setup': 'auth',
};

export function hasPage(path: PagePath): boolean {
  return `../features/${owners[path]}/index.ts` in modules;
}

export async function loadFeature(path: PagePath): Promise<Feature> {
  const load = modules[`../features/${owners[path]}/index.ts`];
  if (!load) throw new Error(`No feature shows ${path}.`);
  return (await load()).feature;
}

export async function loadAllFeatures(): Promise<Feature[]> {
  const loaded = await Promise.all(Object.values(modules).map((load) => load()));
  // A folder under features/ that shows no page (logs) exports none.
  return loaded.flatMap((module) => (module.feature ? [module.feature] : []));
}

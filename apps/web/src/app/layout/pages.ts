import { Boxes, House, LayoutList, ListOrdered, Server, Settings, type LucideIcon } from 'lucide-react';

import type { PagePath } from '../feature.js';

export interface NavPage {
  path: Extract<PagePath, '/' | '/tasks' | '/workspaces' | '/queue' | '/nodes' | '/settings'>;
  /** Key of its name in app.json under `nav`. */
  name: 'home' | 'tasks' | 'workspaces' | 'queue' | 'nodes' | 'settings';
  icon: LucideIcon;
  keys: string;
}

/** In the order of the navigation; on a phone the first four stand at the bottom, the others behind "More". */
export const navPages: readonly NavPage[] = [
  { path: '/', name: 'home', icon: House, keys: 'g>h' },
  { path: '/tasks', name: 'tasks', icon: LayoutList, keys: 'g>t' },
  { path: '/workspaces', name: 'workspaces', icon: Boxes, keys: 'g>w' },
  { path: '/queue', name: 'queue', icon: ListOrdered, keys: 'g>q' },
  { path: '/nodes', name: 'nodes', icon: Server, keys: 'g>n' },
  { path: '/settings', name: 'settings', icon: Settings, keys: 'g>s' },
];

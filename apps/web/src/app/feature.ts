import type { LucideIcon } from 'lucide-react';
import type { ComponentType } from 'react';

/** The pages of the dashboard. Which feature shows which is the features' own word (`Feature.pages`). */
export const pagePaths = [
  '/',
  '/tasks',
  '/tasks/$id',
  '/workspaces',
  '/workspaces/$id',
  '/queue',
  '/nodes',
  '/settings',
  '/sign-in',
  '/setup',
] as const;
export type PagePath = (typeof pagePaths)[number];

/** One line of the command palette. */
export interface PaletteEntry {
  /** Unique over all features: `task:task_1`. */
  id: string;
  label: string;
  /** At the right, in small type: a state, a time. */
  hint?: string;
  /** Found by these too, although they are not shown. */
  keywords?: string[];
  icon?: LucideIcon;
  /** What it does when it is chosen; the palette closes before. */
  run(): void | Promise<void>;
}

export interface PaletteGroup {
  heading: string;
  entries: PaletteEntry[];
}

/** What `features/<name>/index.ts` exports as `feature`. Importing it must be cheap: the shell does so when the feature is first used. */
export interface Feature {
  /** Each page by its path, loaded when it is opened. */
  pages: Partial<Record<PagePath, () => Promise<{ default: ComponentType }>>>;
  /** What it offers in the command palette for what was typed (empty at first): its recent things, its actions. */
  palette?: (context: PaletteContext) => Promise<PaletteGroup[]>;
}

export interface PaletteContext {
  query: string;
  signal: AbortSignal;
  /** Goes to a page: `navigate('/tasks/task_1')`. */
  navigate(to: string): void;
}

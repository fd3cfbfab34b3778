import { newId } from '@aicode/contracts';
import { createStore, type StoreApi } from 'zustand/vanilla';

import { emptyForm, type TaskForm } from './task-form.js';

/** A task that is being written. */
export interface Draft {
  form: TaskForm;
  /** Makes sending it twice the same as sending it once: a new one only after the server has taken it, or the task was changed. */
  key: string;
}

export interface Drafts {
  /** By workspace; what belongs to none yet by an empty name. */
  byWorkspace: Readonly<Record<string, Draft>>;
}

const newDraft = (workspace: string): Draft => ({ form: { ...emptyForm, workspace }, key: newId('request') });

/** Drafts live as long as the page: closing the composer or signing in again loses nothing. They are in no storage. */
export class DraftStore {
  readonly store: StoreApi<Drafts> = createStore<Drafts>(() => ({ byWorkspace: {} }));

  of(workspace: string): Draft {
    const known = this.store.getState().byWorkspace[workspace];
    if (known) return known;
    const made = newDraft(workspace);
    this.put(workspace, made);
    return made;
  }

  change(workspace: string, change: Partial<TaskForm>): void {
    const draft = this.of(workspace);
    this.put(workspace, { form: { ...draft.form, ...change }, key: newId('request') });
  }

  /** Another workspace is chosen: what was written goes with it, unless something is written there already. */
  move(from: string, to: string): void {
    if (from === to) return;
    const draft = this.of(from);
    const there = this.store.getState().byWorkspace[to];
    if (there && there.form.command.trim() !== '') return;
    this.put(to, { form: { ...draft.form, workspace: to }, key: newId('request') });
    this.clear(from);
  }

  /** The server has taken it. Choices that people make for all their tasks stay. */
  clear(workspace: string): void {
    const { [workspace]: done, ...rest } = this.store.getState().byWorkspace;
    if (!done) return;
    const { model, priority } = done.form;
    const fresh = newDraft(workspace);
    this.store.setState({
      byWorkspace: { ...rest, [workspace]: { ...fresh, form: { ...fresh.form, model, priority } } },
    });
  }

  private put(workspace: string, draft: Draft): void {
    this.store.setState(({ byWorkspace }) => ({ byWorkspace: { ...byWorkspace, [workspace]: draft } }));
  }
}

export const drafts = new DraftStore();

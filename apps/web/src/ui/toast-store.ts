import { create } from 'zustand';

import { messageOf } from './message-of.js';

export interface Toast {
  id: number;
  tone: 'info' | 'success' | 'danger';
  text: string;
  action?: { label: string; run: () => void };
}

interface Toasts {
  toasts: Toast[];
  dismiss: (id: number) => void;
}

/** More would cover the page: the oldest goes. */
const most = 3;
let last = 0;

export const useToasts = create<Toasts>((set) => ({
  toasts: [],
  dismiss: (id) => set(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) })),
}));

function show(tone: Toast['tone'], text: string, action?: Toast['action']): void {
  last += 1;
  const toast: Toast = { id: last, tone, text, ...(action ? { action } : {}) };
  // The same words once: a button pressed twice is not news.
  useToasts.setState(({ toasts }) => ({
    toasts: [...toasts.filter((other) => other.text !== text), toast].slice(-most),
  }));
}

/** Short news of what was just done. What must not be missed belongs into the page. */
export const toast = {
  info: (text: string, action?: Toast['action']): void => show('info', text, action),
  success: (text: string, action?: Toast['action']): void => show('success', text, action),
  /** Takes an error as it was caught, or a sentence. */
  error: (error: unknown, action?: Toast['action']): void => show('danger', messageOf(error), action),
};

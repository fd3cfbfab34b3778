import type { Task, TaskState, WaitReason } from '@aicode/contracts';

/** How a state of a task is called and shown, everywhere. Icon and word always stand together: never colour alone. */
export interface StateWords {
  word: string;
  /** One sentence that explains it. */
  sentence: string;
  /** Name of the icon in Lucide. */
  icon: string;
  /** One character for a terminal. */
  sign: string;
  tone: 'quiet' | 'busy' | 'attention' | 'good' | 'bad';
  /** Colours on a light and on a dark ground. */
  light: string;
  dark: string;
}

const quiet = { tone: 'quiet', light: '#57606A', dark: '#A8B0B8' } as const;
const busy = { tone: 'busy', light: '#0B5CAD', dark: '#6CB6FF' } as const;
const bad = { tone: 'bad', light: '#B3261E', dark: '#FF8A80' } as const;

export const taskStateWords: Readonly<Record<TaskState, StateWords>> = {
  pending: { ...quiet, word: 'Queued', sentence: 'It waits for its turn.', icon: 'layers', sign: '≡' },
  starting: { ...busy, word: 'Starting', sentence: 'A runner prepares its work.', icon: 'circle-dashed', sign: '◌' },
  running: { ...busy, word: 'Running', sentence: 'Claude Code works on it.', icon: 'loader-circle', sign: '●' },
  waiting_approval: {
    tone: 'attention',
    light: '#FFB000',
    dark: '#FFB000',
    word: 'Needs you',
    sentence: 'It waits for your answer before it goes on.',
    icon: 'hand',
    sign: '!',
  },
  succeeded: {
    tone: 'good',
    light: '#006B4F',
    dark: '#3DD6A3',
    word: 'Done',
    sentence: 'Claude Code has finished its work.',
    icon: 'circle-check',
    sign: '✔',
  },
  failed: { ...bad, word: 'Failed', sentence: 'It ended with an error.', icon: 'circle-x', sign: '✖' },
  cancelled: { ...quiet, word: 'Cancelled', sentence: 'Somebody stopped it.', icon: 'ban', sign: '⊘' },
  timed_out: { ...bad, word: 'Timed out', sentence: 'It reached its time limit.', icon: 'timer-off', sign: '⧖' },
};

const waits: Record<WaitReason, string> = {
  slot: 'It waits for its turn.',
  workspace: 'It waits until its workspace is ready.',
  backoff: 'It will be tried again.',
};

type TaskFacts = Pick<Task, 'state' | 'wait_reason' | 'reason' | 'due_at' | 'cancel_requested'>;

/** The words for a task as it stands, with the sentence that fits it best. */
export function wordsOfTask(task: TaskFacts): StateWords {
  const words = taskStateWords[task.state];
  if (task.cancel_requested && (task.state === 'running' || task.state === 'starting')) {
    return { ...words, sentence: 'It is being cancelled.' };
  }
  if (task.state !== 'pending' || task.wait_reason === null) return words;
  const when = task.wait_reason === 'backoff' && task.due_at !== null ? ` Next attempt at ${task.due_at}.` : '';
  return { ...words, sentence: `${waits[task.wait_reason]}${when}` };
}

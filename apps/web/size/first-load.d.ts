export interface LoadedFile {
  file: string;
  bytes: number;
  gzip: number;
}
export function firstLoad(
  manifest: Record<string, { file: string; imports?: string[] }>,
  entry: string,
  read: (file: string) => Buffer,
): LoadedFile[];
export function report(files: LoadedFile[], limit: number): { text: string; total: number };

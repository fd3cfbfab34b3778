/** One name for one look: the same letters may be written in more than one way in Unicode. */
export function canonicalName(name: string): string {
  return name.normalize('NFC');
}

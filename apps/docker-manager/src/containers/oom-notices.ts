/** How often the engine has told that a room has used up its memory. */
export class OomNotices {
  private readonly counts = new Map<string, number>();

  note(workspaceId: string, room: number): void {
    const key = `${workspaceId} ${room}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  /** Whether it has told so again, whenever that is asked. */
  watch(workspaceId: string, room: number): () => boolean {
    const key = `${workspaceId} ${room}`;
    const before = this.counts.get(key);
    return () => this.counts.get(key) !== before;
  }
}

/** The engine did not answer in time (milliseconds). */
export class EngineTimeout extends Error {
  constructor(readonly ms: number) {
    super(`no answer within ${ms} ms`);
  }
}

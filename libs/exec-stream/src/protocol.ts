import { constants, type Settings } from 'node:http2';

/** The name in the `Upgrade` header. */
export const upgradeProtocol = 'aicode-exec';

export const execPath = '/exec/';

/** Headers of the answer to `POST /process`. */
export const processHeaders = { pid: 'aicode-pid', stderr: 'aicode-stderr' } as const;

/** Every limit of an exec stream: times in milliseconds, sizes in bytes. */
export const limits = {
  /** From the connection to the start of the program, for a client that does not speak. */
  handshakeMs: 10_000,
  /** A peer that sends nothing for so long, not even the answer to a ping, is lost. */
  lostAfterMs: 15_000,
  /** A reader that does not read holds back the news of the program's end no longer than this. */
  stalledOutputMs: 2_000,
  /** Output that nobody reads is kept no longer than this after the program's end. */
  lingerMs: 60_000,
  /** For the answer to `kill`, `terminate` (beside its grace) and `resize`. */
  controlMs: 30_000,
  /** For the programs to be gone when the server closes. */
  closeMs: 20_000,
  /** For what is under way when one side of a relay has ended. */
  relayFlushMs: 5_000,
  /** For a connection of the program to be taken by the other end. */
  carryMs: 10_000,
  carriedConnections: 64,
  /** Sockets of clients at one server, those without a ticket too. */
  connections: 2_048,
  requestHeaders: 8_192,
  /** Of an answer that is read whole: an error, an exit. */
  answer: 65_536,
  graceMs: 600_000,
  terminalSide: 1_000,
} as const;

/** Room for the requests of a session beside its carried connections. */
const otherStreams = 32;

/**
 * Node stops reading from a session's socket while a write to it is under way. If both ends had written more than the kernel
 * holds, both would wait for ever. So the server's window for the whole connection stays at what always fits into the socket
 * buffers (the 65,535 of RFC 9113): the client's writes get through, so it reads, so the server's do as well.
 * Node gives back the window of the connection when bytes arrive, and that of a stream when they are read: a stream that nobody
 * reads holds its own window and no more.
 */
const windows = { server: 65_535, clientStream: 262_144, clientConnection: 1_048_576 } as const;

export const clientConnectionWindow = windows.clientConnection;

const maxHeaderListSize = limits.requestHeaders;
export const serverSettings: Settings = {
  initialWindowSize: windows.server,
  maxConcurrentStreams: limits.carriedConnections + otherStreams,
  maxHeaderListSize,
  enablePush: false,
};
export const clientSettings: Settings = {
  initialWindowSize: windows.clientStream,
  maxHeaderListSize,
  enablePush: false,
};

/** Megabytes, of one session. Beyond it Node refuses new streams, `POST /kill` too. */
export const sessionMemory = 64;

export const { NGHTTP2_CANCEL: cancelled, NGHTTP2_NO_ERROR: noError } = constants;

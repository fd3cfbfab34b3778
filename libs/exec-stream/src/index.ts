export { ExecExit, type Carry, type RemoteProcess, type ServedExec, type ServedProcess } from './exec.js';
export { ExecStreamServer, type ExecStreamServerOptions, type IssuedTicket } from './server.js';
export { connectExecStream, type ConnectOptions } from './connect.js';
export { relayExecStream } from './relay.js';
export { refuseUpgrade } from './raw-answer.js';
export { limits as execStreamLimits, upgradeProtocol as execStreamProtocol } from './protocol.js';

import type { DockerConfig } from '@aicode/contracts';
import type Docker from 'dockerode';

import { accountFiles } from './account-files.js';
import { containerSpec } from './container-spec.js';
import { ensureRunning, type Ready } from './room-container.js';
import { makeRoomDirectory, roomDirectory } from './room-sockets.js';
import type { RoomNetworks, RoomOwner } from './room.js';

/** What all rooms have in common. */
export interface RoomSetting {
  homeId: string;
  /** Directory of the rooms' directories. */
  rooms: string;
  /** Cores of the engine. */
  cores: () => number;
}

interface Tools {
  docker: Docker;
  config: DockerConfig;
  setting: RoomSetting;
  networks: RoomNetworks;
}

/** The room's container runs as its owner's settings say. */
export async function openRoom(
  { docker, config, setting, networks }: Tools,
  owner: RoomOwner,
  room: number,
): Promise<Ready & { directory: string }> {
  const directory = roomDirectory(setting.rooms, owner.workspaceId, room);
  await makeRoomDirectory(setting.rooms, directory);
  const spec = containerSpec({
    homeId: setting.homeId,
    workspaceId: owner.workspaceId,
    room,
    settings: owner.settings,
    imageId: owner.image.id,
    owner: owner.account,
    disk: owner.diskId,
    project: owner.project,
    state: owner.state,
    run: directory,
    files: [...owner.image.mounts, ...(await accountFiles(directory, owner.image, owner.account))],
    network: { mode: await networks.mode(owner) },
    cores: setting.cores(),
    tmpSize: config.tmp_size,
  });
  return { ...(await ensureRunning(docker, spec, config.start_timeout)), directory };
}

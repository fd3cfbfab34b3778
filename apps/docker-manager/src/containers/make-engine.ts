import type { ServiceContext } from '@aicode/service-kit';

import { WorkspaceNetworks } from '../egress/room-networks.js';
import { ContainerSampler } from '../stats/sampler.js';
import { claudeCli } from './claude-cli.js';
import { engineClient, engineLimits, within, type EngineClient } from './engine-client.js';
import { DockerfileImages } from './dockerfile-images.js';
import { Images } from './image-check.js';
import { homeId } from './names.js';
import type { RoomNetworks } from './room.js';
import { Rooms } from './rooms.js';

/** All that works with the engine. */
export interface Engine {
  client: EngineClient;
  rooms: Rooms;
  images: Images;
  built: DockerfileImages;
  networks: RoomNetworks;
  sampler: ContainerSampler;
}

/** @throws Error with a sentence if DOCKER_HOST can't be used */
export function makeEngine({ config, paths, log }: ServiceContext, cores: () => number): Engine {
  const client = engineClient(process.env);
  const { docker } = client;
  const id = homeId(paths.home);
  const networks = new WorkspaceNetworks({ docker, homeId: id, helperImage: config.docker.image, log });
  const setting = { homeId: id, rooms: paths.rooms, cores };
  return {
    client,
    rooms: new Rooms({ docker, config: config.docker, setting, networks, log }),
    images: new Images(docker, () => claudeCli(config.runner.cli_path), id),
    built: new DockerfileImages({ docker, config: config.docker, homeId: id, log }),
    networks,
    sampler: new ContainerSampler({
      engineStats: (container) =>
        within(engineLimits.question, (): Promise<unknown> => docker.getContainer(container).stats({ stream: false })),
    }),
  };
}

import type { Nodes } from '@aicode/contracts';
import { safeLine } from '@aicode/log-view';

import { ServerCommand } from '../../base-command.js';
import { engineWords, nodeRow } from '../../nodes/node-words.js';
import { table } from '../../terminal/table.js';

export default class NodeList extends ServerCommand {
  static override description = 'List the machines that tasks run on: what runs there, and what they have and use.';
  static override examples = ['<%= config.bin %> node list'];

  async run(): Promise<Nodes> {
    const { flags } = await this.parse(NodeList);
    const client = await this.client(flags);
    const nodes = await client.nodes.list();
    if (nodes.nodes.length === 0) this.say('No runner answers: tasks wait until one does. `aicli status` says why.');
    else {
      const head = ['NODE', 'TASKS', 'CPU', 'LOAD', 'MEMORY', 'DISK FREE', 'RUNS TASKS IN'];
      this.say(...table(head, nodes.nodes.map(nodeRow), this.stdout.width));
    }
    this.note(safeLine(engineWords(nodes.engine)));
    return nodes;
  }
}

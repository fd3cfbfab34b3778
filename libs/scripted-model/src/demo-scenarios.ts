/** What `aicli up --demo-model` serves to people without a key: useful to look at, and plainly labelled as a script. */
import type { Block, Scenario } from './scenario.js';

const LABEL = '[demo model: a script, not an AI]';

const HOW_TO_GET_REAL =
  'To work with a real model, set ANTHROPIC_API_KEY and start the platform again without --demo-model.';

/** The quickstart's first task: reads greet.js, corrects its typo, runs check.js. */
const fixGreeting: Scenario = {
  name: 'demo-fix-greeting',
  match: { contains: 'greet.js' },
  turns: [
    {
      chunk_delay_ms: 15,
      reply: [
        { thinking: 'The check fails. I read greet.js first.' },
        { text: `${LABEL} I read greet.js to see why its check fails.` },
        { tool_use: { name: 'Read', input: { file_path: '{{cwd}}/greet.js' } } },
      ],
    },
    {
      chunk_delay_ms: 15,
      when_result: 'Helo,',
      reply: [
        { text: 'The greeting is misspelt: "Helo" should be "Hello". I correct it.' },
        {
          tool_use: {
            name: 'Edit',
            input: { file_path: '{{cwd}}/greet.js', old_string: 'Helo,', new_string: 'Hello,' },
          },
        },
      ],
      otherwise: [
        { text: 'I do not find the misspelt greeting ("Helo") there. I run the check to see.' },
        { tool_use: { name: 'Bash', input: { command: 'node check.js', description: 'Run the check' } } },
      ],
    },
    {
      chunk_delay_ms: 15,
      when_result: 'greet\\.js has been updated',
      reply: [
        { text: 'Now I run the check.' },
        { tool_use: { name: 'Bash', input: { command: 'node check.js', description: 'Run the check' } } },
      ],
      otherwise: [{ text: `I changed nothing. What I saw last:\n\n{{result}}\n\n${LABEL} ${HOW_TO_GET_REAL}` }],
    },
    {
      chunk_delay_ms: 15,
      reply: [
        {
          text: `I corrected the greeting in greet.js ("Helo" to "Hello") and ran \`node check.js\`. It said:\n\n{{result}}\n\n${LABEL} ${HOW_TO_GET_REAL}`,
        },
      ],
    },
  ],
};

const writeDemoFile: Block = {
  tool_use: {
    name: 'Write',
    input: {
      file_path: '{{cwd}}/DEMO.md',
      content: [
        '# The demo model was here',
        '',
        'This file was written by the demo model of AICode Manager. It is a script, not an AI.',
        'It was given this prompt and did not try to answer it:',
        '',
        '{{prompt_quoted}}',
        '',
        HOW_TO_GET_REAL,
        '',
      ].join('\n'),
    },
  },
};

const demoEnd: Block = {
  text: `This was a scripted demo: the demo model of AICode Manager is a script, not an AI, and did not work on your prompt. The Claude CLI, the sandbox and the file DEMO.md are real.\n\n${HOW_TO_GET_REAL}`,
};

/** Any other prompt: leaves a file that says who was here. */
const anything: Scenario = {
  name: 'demo-anything',
  match: {},
  turns: [
    {
      chunk_delay_ms: 15,
      reply: [
        { text: `${LABEL} I cannot think about your prompt. I show what a task looks like: I write a file.` },
        writeDemoFile,
      ],
    },
    {
      chunk_delay_ms: 15,
      when_result: 'successfully',
      reply: [demoEnd],
      otherwise: [
        { text: 'DEMO.md cannot be written just so. If it is there already, it must be read first.' },
        { tool_use: { name: 'Read', input: { file_path: '{{cwd}}/DEMO.md' } } },
      ],
    },
    { chunk_delay_ms: 15, reply: [writeDemoFile] },
    {
      chunk_delay_ms: 15,
      when_result: 'successfully',
      reply: [demoEnd],
      otherwise: [{ text: `I could not write DEMO.md:\n\n{{result}}\n\n${LABEL} ${HOW_TO_GET_REAL}` }],
    },
  ],
};

export const demoScenarios: Scenario[] = [fixGreeting, anything];

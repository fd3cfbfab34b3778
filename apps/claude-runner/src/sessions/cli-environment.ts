import { inside } from '@aicode/sandbox';

/** The variable that tells the CLI the path of the model's socket; the executor sets it. */
export const modelSocketVariable = 'ANTHROPIC_UNIX_SOCKET';

/**
 * The CLI's whole environment, built from nothing: whatever else stands in one changes what the CLI does. The token is worth
 * nothing outside the model proxy, and nothing there after the process's end.
 */
export function cliEnvironment(token: string, cliRetries: number): Record<string, string> {
  return {
    PATH: inside.path,
    HOME: inside.home,
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    CLAUDE_CONFIG_DIR: `${inside.state}/claude`,
    // The socket (modelSocketVariable) is used only together with a plain http base URL (seen with CLI 2.1.330 to 332).
    ANTHROPIC_BASE_URL: 'http://model',
    ANTHROPIC_AUTH_TOKEN: token,
    CLAUDE_CODE_MAX_RETRIES: String(cliRetries),
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
  };
}

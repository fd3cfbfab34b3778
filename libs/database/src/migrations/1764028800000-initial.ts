import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Portable by restriction: text, integers (32 bits) and nothing else. Times are ISO 8601 in UTC with milliseconds, so text
 * order is time order; flags are times that are null; documents are JSON text. A table has one service that writes it, so
 * foreign keys stay within one service.
 */
export class Initial1764028800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // SQLite compares bytes; PostgreSQL must not order ids and times by some language.
    const text = runner.connection.options.type === 'postgres' ? 'text COLLATE "C"' : 'text';
    for (const statement of [...authTables(text), ...workspaceTables(text), ...taskTables(text), ...logTables(text)]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    const tables = 'log_terminals logs attempts tasks workspace_slots nodes workspaces setup_links refresh_tokens';
    for (const table of [...tables.split(' '), 'auth_sessions', 'users']) await runner.query(`DROP TABLE ${table}`);
  }
}

function authTables(text: string): string[] {
  return [
    `CREATE TABLE users (
      id ${text} PRIMARY KEY,
      username ${text} NOT NULL UNIQUE,
      password_hash ${text} NOT NULL,
      role ${text} NOT NULL,
      created_at ${text} NOT NULL,
      disabled_at ${text}
    )`,
    `CREATE TABLE auth_sessions (
      id ${text} PRIMARY KEY,
      user_id ${text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      address ${text} NOT NULL,
      user_agent ${text},
      created_at ${text} NOT NULL,
      last_used_at ${text} NOT NULL,
      ended_at ${text},
      end_reason ${text}
    )`,
    'CREATE INDEX auth_sessions_user ON auth_sessions (user_id)',
    'CREATE INDEX auth_sessions_ended ON auth_sessions (ended_at)',
    `CREATE TABLE refresh_tokens (
      token_hash ${text} PRIMARY KEY,
      session_id ${text} NOT NULL REFERENCES auth_sessions (id) ON DELETE CASCADE,
      created_at ${text} NOT NULL,
      used_at ${text}
    )`,
    'CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id)',
    `CREATE TABLE setup_links (
      token_hash ${text} PRIMARY KEY,
      created_at ${text} NOT NULL,
      expires_at ${text} NOT NULL,
      used_at ${text}
    )`,
  ];
}

function workspaceTables(text: string): string[] {
  return [
    `CREATE TABLE workspaces (
      id ${text} PRIMARY KEY,
      name ${text} NOT NULL,
      project_path ${text} NOT NULL,
      source_type ${text} NOT NULL,
      source_url ${text},
      source_branch ${text},
      state ${text} NOT NULL,
      state_reason ${text},
      owner_id ${text} NOT NULL,
      node ${text} NOT NULL,
      slots integer NOT NULL,
      version integer NOT NULL,
      created_at ${text} NOT NULL,
      updated_at ${text} NOT NULL,
      deleted_at ${text}
    )`,
    'CREATE UNIQUE INDEX workspaces_name ON workspaces (owner_id, name) WHERE deleted_at IS NULL',
    'CREATE INDEX workspaces_owner ON workspaces (owner_id, id)',
    'CREATE INDEX workspaces_state ON workspaces (state)',
    `CREATE TABLE nodes (name ${text} PRIMARY KEY, updated_at ${text} NOT NULL)`,
    `CREATE TABLE workspace_slots (
      workspace_id ${text} NOT NULL,
      slot integer NOT NULL,
      node ${text} NOT NULL,
      gen integer NOT NULL DEFAULT 0,
      attempt_id ${text},
      queued_prio integer,
      PRIMARY KEY (workspace_id, slot)
    )`,
    'CREATE INDEX workspace_slots_node ON workspace_slots (node)',
  ];
}

function taskTables(text: string): string[] {
  return [
    `CREATE TABLE tasks (
      id ${text} PRIMARY KEY,
      workspace_id ${text} NOT NULL,
      node ${text} NOT NULL,
      command ${text} NOT NULL,
      priority integer NOT NULL,
      state ${text} NOT NULL,
      reason ${text},
      reason_code ${text},
      model ${text},
      timeout_ms integer NOT NULL,
      max_attempts integer NOT NULL,
      attempt integer NOT NULL DEFAULT 0,
      due_at ${text},
      session_id ${text} NOT NULL,
      cancel_requested_at ${text},
      retry_of ${text},
      created_by ${text} NOT NULL,
      idempotency_key ${text},
      request_hash ${text},
      persisted_seq integer NOT NULL DEFAULT 0,
      persister_gen integer NOT NULL DEFAULT 0,
      usage ${text},
      version integer NOT NULL,
      created_at ${text} NOT NULL,
      updated_at ${text} NOT NULL,
      started_at ${text},
      ended_at ${text}
    )`,
    'CREATE UNIQUE INDEX tasks_idempotency ON tasks (created_by, idempotency_key) WHERE idempotency_key IS NOT NULL',
    // A claim: the best pending task of a node, and how many of each candidate's user are at work there.
    'CREATE INDEX tasks_turn ON tasks (node, state, priority, id)',
    'CREATE INDEX tasks_at_work ON tasks (node, created_by, state)',
    'CREATE INDEX tasks_workspace ON tasks (workspace_id, id)',
    'CREATE INDEX tasks_workspace_state ON tasks (workspace_id, state, id)',
    'CREATE INDEX tasks_owner ON tasks (created_by, id)',
    'CREATE INDEX tasks_state ON tasks (state, id)',
    `CREATE TABLE attempts (
      id ${text} PRIMARY KEY,
      task_id ${text} NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
      number integer NOT NULL,
      workspace_id ${text} NOT NULL,
      slot integer NOT NULL,
      slot_gen integer NOT NULL,
      node ${text} NOT NULL,
      nonce ${text} NOT NULL UNIQUE,
      state ${text} NOT NULL,
      claimed_at ${text} NOT NULL,
      started_at ${text},
      ended_at ${text},
      outcome ${text},
      reason ${text},
      terminal_seq integer,
      UNIQUE (task_id, number)
    )`,
    'CREATE INDEX attempts_state ON attempts (state)',
  ];
}

function logTables(text: string): string[] {
  return [
    `CREATE TABLE logs (
      task_id ${text} NOT NULL,
      seq integer NOT NULL,
      attempt integer NOT NULL,
      level ${text} NOT NULL,
      source ${text} NOT NULL,
      message ${text} NOT NULL,
      data ${text},
      time ${text} NOT NULL,
      PRIMARY KEY (task_id, seq)
    )`,
    // An attempt ends once: the second terminal entry is refused.
    `CREATE TABLE log_terminals (
      task_id ${text} NOT NULL,
      attempt integer NOT NULL,
      seq integer NOT NULL,
      PRIMARY KEY (task_id, attempt)
    )`,
  ];
}

export { demoScenarios } from './demo-scenarios.js';
export { NO_SCRIPT_REPLY, SCRIPT_ENDED_REPLY } from './answer.js';
export { inlineScript } from './inline-script.js';
export { parseScenarios, ScenarioError } from './parse-scenario.js';
export type { Outcome, RecordedRequest } from './request-log.js';
export type { Block, Fault, FaultMoment, Reply, Scenario, ScenarioMatch, StopReason, Turn, Usage } from './scenario.js';
export { startScriptedModel, type ScriptedModel, type ScriptedModelOptions } from './scripted-model.js';
export type { SideRequest } from './side-request.js';

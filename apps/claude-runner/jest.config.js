export default { displayName: 'claude-runner', preset: '../../jest.preset.js' };

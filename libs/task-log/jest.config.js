export default { displayName: 'task-log', preset: '../../jest.preset.js' };

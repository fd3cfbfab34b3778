export default { displayName: 'task-manager', preset: '../../jest.preset.js' };

export default { displayName: 'workspace-service', preset: '../../jest.preset.js' };

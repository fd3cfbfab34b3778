export default { displayName: 'docker-manager', preset: '../../jest.preset.js' };

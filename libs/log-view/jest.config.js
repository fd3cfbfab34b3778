export default { displayName: 'log-view', preset: '../../jest.preset.js' };

export { Badge, type BadgeProps, type BadgeTone } from './badge.js';
export { Button, ButtonLink, IconButton, type ButtonProps, type IconButtonProps } from './button.js';
export { Callout, type CalloutProps } from './callout.js';
export { Card, type CardProps } from './card.js';
export { Checkbox, Segments, Switch } from './choice.js';
export { classNames } from './class-names.js';
export { Code, CodeBlock } from './code.js';
export { ConfirmDialog, type ConfirmDialogProps } from './confirm-dialog.js';
export { CopyButton } from './copy-button.js';
export { DescriptionList } from './description-list.js';
export { Dialog, type DialogProps } from './dialog.js';
export { Field, useFieldControl, type FieldProps } from './field.js';
export {
  formatAbsolute,
  formatBytes,
  formatCost,
  formatCount,
  formatDuration,
  formatPercent,
  formatRelative,
  formatShort,
} from './format.js';
export { Input, Textarea } from './input.js';
export { Kbd } from './kbd.js';
export { List, ListRow } from './list.js';
export { Menu, type MenuItem, type MenuProps } from './menu.js';
export { fieldProblem, messageOf } from './message-of.js';
export { Meter } from './meter.js';
export { PageHeader, type PageHeaderProps } from './page-header.js';
export { isForbidden, isMissing } from './refusal.js';
export { Select, type SelectOption, type SelectProps } from './select.js';
export { Sheet, type SheetProps } from './sheet.js';
export { Skeleton, SkeletonRows } from './skeleton.js';
export { Spinner } from './spinner.js';
export { StateBadge, StateIcon, type ShownState } from './state-badge.js';
export { Empty, ErrorState, type EmptyProps, type ErrorStateProps } from './states.js';
export { Table, Td, Th, Tr } from './table.js';
export { Tabs, type Tab, type TabsProps } from './tabs.js';
export { ExternalLink, TextLink } from './text-link.js';
export { Bytes, Cost, Count, Duration, Elapsed, Time, useNow } from './time.js';
export { toast, useToasts } from './toast-store.js';
export { Tooltip, TooltipProvider } from './tooltip.js';
export { usePageTitle } from './use-page-title.js';

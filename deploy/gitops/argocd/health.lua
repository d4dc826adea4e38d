-- Health of a GoDevEnvironment or a GoDevFleet for Argo CD, as kstatus sees it: Current is Healthy, InProgress and Terminating are
-- Progressing, Failed is Degraded. Suspended as asked is Healthy, because a sync wave waits for Healthy alone.
-- Argo CD gives it no standard library but table's and the basic functions.
local function health(status, message)
  return {status = status, message = message}
end

if obj.metadata.deletionTimestamp ~= nil then
  return health("Progressing", "It is being deleted.")
end

local status = obj.status
if status == nil or status.observedGeneration ~= obj.metadata.generation then
  return health("Progressing", "The operator has yet to look at the spec as it is now.")
end

local conditions = {}
for _, condition in ipairs(status.conditions or {}) do
  conditions[condition.type] = condition
end

local function holds(type)
  return conditions[type] ~= nil and conditions[type].status == "True"
end

if holds("Reconciling") then
  return health("Progressing", conditions.Reconciling.reason .. ": " .. conditions.Reconciling.message)
end
if holds("Stalled") then
  return health("Degraded", conditions.Stalled.reason .. ": " .. conditions.Stalled.message)
end
if holds("Ready") then
  local message = conditions.Ready.message
  if holds("PendingRestart") then
    message = message .. " " .. conditions.PendingRestart.message
  end
  return health("Healthy", message)
end
return health("Progressing", "The operator has yet to say whether it is ready.")

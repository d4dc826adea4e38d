package cgroup

import (
	"testing"

	"godev.io/runtime/internal/goproxytest"
)

func TestMemory(t *testing.T) {
	tests := map[string]struct {
		files map[string]string
		limit int64
		found bool
		kills int64
	}{
		"version 2":          {map[string]string{"memory.max": "268435456\n", "memory.events": "low 0\noom 4\noom_kill 3\noom_group_kill 1\n"}, 268435456, true, 3},
		"version 2 no limit": {map[string]string{"memory.max": "max\n", "memory.events": "oom_kill 0\n"}, 0, false, 0},
		"version 1":          {map[string]string{"memory/memory.limit_in_bytes": "1048576\n", "memory/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 7\n"}, 1048576, true, 7},
		"version 1 no limit": {map[string]string{"memory/memory.limit_in_bytes": "9223372036854771712\n"}, 9223372036854771712, false, 0},
		"neither":            {nil, 0, false, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			goproxytest.WriteFiles(t, dir, test.files)
			memory := Memory(dir)
			if limit, found := memory.Limit(); found != test.found || found && limit != test.limit {
				t.Errorf("Limit() = %d, %v", limit, found)
			}
			if kills := memory.Kills(); kills != test.kills {
				t.Errorf("Kills() = %d, want %d", kills, test.kills)
			}
		})
	}
}

func TestAdvice(t *testing.T) {
	tests := []struct {
		max     string
		atLeast int64
		want    string
	}{
		{"268435456", 1 << 30, "The limit is 256Mi. Raise spec.resources.limits.memory to 1Gi."},
		{"2147483648", 1 << 30, "The limit is 2Gi. Raise spec.resources.limits.memory to 4Gi."},
		{"100000000", 0, "The limit is 100000000. Raise spec.resources.limits.memory to 192Mi."},
		{"max", 0, "The container has no memory limit of its own, so the node ran out of memory. Set spec.resources.requests.memory to what it needs, or give the node more memory."},
	}
	for _, test := range tests {
		dir := t.TempDir()
		goproxytest.WriteFiles(t, dir, map[string]string{"memory.max": test.max})
		if got := Memory(dir).Advice(test.atLeast); got != test.want {
			t.Errorf("%s: %s", test.max, got)
		}
	}
}

package host

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestParseMounts(t *testing.T) {
	const content = `23 1 254:0 / / rw,relatime - ext4 /dev/vda rw
31 23 0:28 / /sys/fs/cgroup rw shared:1 master:2 - tmpfs tmpfs rw
40 23 0:9 / /a\040folder/b\134c rw - overlay overlay rw
cut off
`
	want := []mount{{"/", "ext4"}, {"/sys/fs/cgroup", "tmpfs"}, {`/a folder/b\c`, "overlay"}}
	if got := parseMounts(content); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestBelow(t *testing.T) {
	for _, c := range []struct {
		path, dir string
		want      bool
	}{
		{"/var/lib/x", "/var/lib/x", true},
		{"/var/lib/x/y", "/var/lib/x", true},
		{"/var/lib/xy", "/var/lib/x", false},
		{"/var/lib", "/var/lib/x", false},
	} {
		if got := below(c.path, c.dir); got != c.want {
			t.Errorf("below(%s, %s) = %v", c.path, c.dir, got)
		}
	}
}

func TestRemoveRefusesAMountPoint(t *testing.T) {
	if err := Remove("/proc"); err == nil {
		t.Error("/proc, which is mounted, was to be removed")
	}
}

func TestSaveKeepsWhatAnEarlierRunSaved(t *testing.T) {
	file := filepath.Join(t.TempDir(), "machine.json")
	if err := Save(file); err != nil {
		t.Fatal(err)
	}
	var s Snapshot
	content, _ := os.ReadFile(file)
	if err := json.Unmarshal(content, &s); err != nil || s.Sysctls["net/ipv4/ip_forward"] == "" {
		t.Fatalf("%s %v", content, err)
	}
	os.WriteFile(file, []byte("{}"), 0o644)
	if err := Save(file); err != nil {
		t.Fatal(err)
	}
	if content, _ := os.ReadFile(file); string(content) != "{}" {
		t.Errorf("overwritten by %s", content)
	}
}

func TestRestoreWithoutASnapshotDoesNothing(t *testing.T) {
	if err := Restore(filepath.Join(t.TempDir(), "none")); err != nil {
		t.Error(err)
	}
}

// Package host undoes what the cluster leaves on the machine: mounts, cgroups, kernel settings, folders.
package host

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// mount is one line of /proc/self/mountinfo (proc(5)).
type mount struct {
	point  string
	fsType string
}

func mounts() ([]mount, error) {
	content, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	return parseMounts(string(content)), nil
}

func parseMounts(content string) []mount {
	var all []mount
	for line := range strings.Lines(content) {
		before, after, ok := strings.Cut(line, " - ")
		f, g := strings.Fields(before), strings.Fields(after)
		if !ok || len(f) < 5 || len(g) < 1 {
			continue
		}
		all = append(all, mount{point: unescape(f[4]), fsType: g[0]})
	}
	return all
}

// unescape undoes the octal escapes that the kernel writes for blanks in paths.
func unescape(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				out.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

func below(path, dir string) bool {
	return path == dir || strings.HasPrefix(path, strings.TrimSuffix(dir, "/")+"/")
}

// Unmount unmounts everything at or below the folders, the last mounted first.
func Unmount(dirs ...string) error {
	all, err := mounts()
	if err != nil {
		return err
	}
	var errs []error
	for i := len(all) - 1; i >= 0; i-- {
		for _, dir := range dirs {
			if !below(all[i].point, dir) {
				continue
			}
			if err := syscall.Unmount(all[i].point, syscall.MNT_DETACH); err != nil && !errors.Is(err, syscall.EINVAL) {
				errs = append(errs, fmt.Errorf("unmount %s: %w", all[i].point, err))
			}
			break
		}
	}
	return errors.Join(errs...)
}

// Remove deletes a folder of the cluster. It refuses while something is mounted below: that would delete what a pod
// had mounted.
func Remove(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	all, err := mounts()
	if err != nil {
		return err
	}
	for _, m := range all {
		if below(m.point, dir) {
			return fmt.Errorf("%s is still mounted: unmount it, and run this again", m.point)
		}
	}
	return os.RemoveAll(dir)
}

package node

import (
	"errors"
	"testing"
)

func TestResolvConf(t *testing.T) {
	const usual, systemd = "/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"a name server that pods can reach", map[string]string{usual: "nameserver 192.168.1.1\n", systemd: ""}, usual},
		{"systemd-resolved", map[string]string{usual: "nameserver 127.0.0.53\n", systemd: "nameserver 192.168.1.1\n"}, systemd},
		{"a local one without systemd", map[string]string{usual: "nameserver 127.0.0.1\n"}, usual},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := resolvConf(func(name string) ([]byte, error) {
				content, ok := c.files[name]
				if !ok {
					return nil, errors.New("not there")
				}
				return []byte(content), nil
			})
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

package cabundle

import (
	"bytes"
	"encoding/pem"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godev.io/runtime/internal/termination"
)

func certificate(t *testing.T) string {
	server := httptest.NewTLSServer(nil)
	t.Cleanup(server.Close)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
}

func TestJoin(t *testing.T) {
	good := certificate(t)
	tests := map[string]struct {
		users string
		count int
		wrong string
	}{
		"one":            {good, 1, ""},
		"two":            {"# comment\n" + good + good, 2, ""},
		"empty":          {"", 0, "it holds no PEM certificate"},
		"text":           {"hello", 0, "it holds no PEM certificate"},
		"a key":          {good + "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", 0, "it holds a PRIVATE KEY"},
		"not DER":        {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", 0, "its certificate number 1 cannot be parsed"},
		"a broken block": {good + "-----BEGIN CERTIFICATE-----\n@\n", 0, "what follows its certificate number 1 is not PEM"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			system, users, output := filepath.Join(dir, "system"), filepath.Join(dir, "users"), filepath.Join(dir, "out", "ca.crt")
			for path, content := range map[string]string{system: "SYSTEM", users: test.users} {
				if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			count, err := Join([]string{filepath.Join(dir, "none"), system}, users, output)
			if test.wrong != "" {
				var failure *termination.Failure
				if !errors.As(err, &failure) || failure.Reason != termination.CABundleInvalid ||
					!strings.HasPrefix(failure.Detail, "spec.proxy.caBundle: "+test.wrong) {
					t.Fatalf("got %v", err)
				}
				if _, err := os.Stat(output); err == nil {
					t.Error("an output was written")
				}
				return
			}
			if err != nil || count != test.count {
				t.Fatalf("Join() = %d, %v", count, err)
			}
			if got, err := os.ReadFile(output); err != nil || !bytes.Equal(got, []byte("SYSTEM\n"+test.users)) {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

func TestJoinNamesTheFieldWhenTheMountIsEmpty(t *testing.T) {
	_, err := Join(nil, filepath.Join(t.TempDir(), "none"), filepath.Join(t.TempDir(), "out"))
	var failure *termination.Failure
	if !errors.As(err, &failure) || !strings.Contains(failure.Detail, "spec.proxy.caBundle: the ConfigMap, or its key, does not exist") {
		t.Errorf("got %v", err)
	}
}

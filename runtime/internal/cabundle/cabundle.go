// Package cabundle joins the certificate authorities of the image with those of the user.
package cabundle

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"godev.io/runtime/internal/termination"
)

// SystemPlaces are where distributions keep their bundle, as in Go's crypto/x509/root_linux.go.
var SystemPlaces = []string{
	"/etc/ssl/certs/ca-certificates.crt",
	"/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/ssl/ca-bundle.pem",
	"/etc/pki/tls/cacert.pem",
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
	"/etc/ssl/cert.pem",
}

const remedy = "Put PEM certificates (-----BEGIN CERTIFICATE-----) into the key of the ConfigMap that spec.proxy.caBundle names."

// Join writes the first bundle found among places, and then the user's, to output. It returns the number of the
// user's certificates. A bundle that is missing or holds anything but certificates is a CABundleInvalid.
func Join(places []string, users, output string) (int, error) {
	content, err := os.ReadFile(users)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, termination.Failuref(termination.CABundleInvalid,
			"spec.proxy.caBundle: the ConfigMap, or its key, does not exist. %s", remedy)
	}
	if err != nil {
		return 0, termination.Failuref(termination.CABundleInvalid, "spec.proxy.caBundle: %w. %s", err, remedy)
	}
	count, err := check(content)
	if err != nil {
		return 0, termination.Failuref(termination.CABundleInvalid, "spec.proxy.caBundle: %w. %s", err, remedy)
	}
	joined := append(system(places), content...)
	if err := write(output, joined); err != nil {
		return 0, fmt.Errorf("writing the joined CA bundle: %w", err)
	}
	return count, nil
}

func check(content []byte) (int, error) {
	count := 0
	for {
		block, rest := pem.Decode(content)
		if block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			return 0, fmt.Errorf("it holds a %s, which is not a certificate", block.Type)
		}
		count++
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return 0, fmt.Errorf("its certificate number %d cannot be parsed: %w", count, err)
		}
		content = rest
	}
	if count == 0 {
		return 0, errors.New("it holds no PEM certificate")
	}
	// Decode skips a block it cannot read: an authority would be missing without a word
	if bytes.Contains(content, []byte("-----BEGIN")) {
		return 0, fmt.Errorf("what follows its certificate number %d is not PEM", count)
	}
	return count, nil
}

func system(places []string) []byte {
	for _, place := range places {
		if content, err := os.ReadFile(place); err == nil && len(content) > 0 {
			return append(bytes.TrimRight(content, "\n"), '\n')
		}
	}
	return nil
}

func write(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	temporary := path + ".new"
	if err := os.WriteFile(temporary, content, 0o644); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}

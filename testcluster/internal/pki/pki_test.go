package pki

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"
)

func TestIssue(t *testing.T) {
	ca, err := NewCA("test")
	if err != nil {
		t.Fatal(err)
	}
	stranger, _ := NewCA("test")
	server := Request{CommonName: "s", Hosts: []string{"10.0.0.1", "kubernetes.default"}}
	client := Request{CommonName: "system:node:n", Organizations: []string{"system:nodes"}}
	for _, c := range []struct {
		name    string
		request Request
		by      *CA
		host    string
		usage   x509.ExtKeyUsage
		ok      bool
	}{
		{"a server by its address", server, ca, "10.0.0.1", x509.ExtKeyUsageServerAuth, true},
		{"a server by its name", server, ca, "kubernetes.default", x509.ExtKeyUsageServerAuth, true},
		{"a server by another name", server, ca, "kubernetes", x509.ExtKeyUsageServerAuth, false},
		{"a client", client, ca, "", x509.ExtKeyUsageClientAuth, true},
		{"a client is no server", client, ca, "", x509.ExtKeyUsageServerAuth, false},
		{"another authority", client, stranger, "", x509.ExtKeyUsageClientAuth, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			pair, err := c.by.Issue(c.request)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := tls.X509KeyPair(pair.Cert, pair.Key); err != nil {
				t.Fatal(err)
			}
			block, _ := pem.Decode(pair.Cert)
			cert, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				t.Fatal(err)
			}
			if cert.Subject.CommonName != c.request.CommonName || strings.Join(cert.Subject.Organization, "") != strings.Join(c.request.Organizations, "") {
				t.Errorf("subject %s", cert.Subject)
			}
			roots := x509.NewCertPool()
			roots.AppendCertsFromPEM(ca.Cert)
			_, err = cert.Verify(x509.VerifyOptions{Roots: roots, DNSName: c.host, KeyUsages: []x509.ExtKeyUsage{c.usage}})
			if (err == nil) != c.ok {
				t.Errorf("verify: %v, want ok: %v", err, c.ok)
			}
		})
	}
}

func TestKubeconfigIsWholeInItself(t *testing.T) {
	got := string(Kubeconfig("https://10.0.0.1:6443", "n", []byte("CA"), Pair{Cert: []byte("C"), Key: []byte("K")}))
	for _, want := range []string{
		"server: https://10.0.0.1:6443\n", "current-context: n\n",
		"certificate-authority-data: " + base64.StdEncoding.EncodeToString([]byte("CA")),
		"client-certificate-data: " + base64.StdEncoding.EncodeToString([]byte("C")),
		"client-key-data: " + base64.StdEncoding.EncodeToString([]byte("K")),
	} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q:\n%s", want, got)
		}
	}
}

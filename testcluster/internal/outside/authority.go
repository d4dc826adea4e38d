package outside

import (
	"crypto/tls"
	"os"
	"sync"

	"godev.io/testcluster/internal/pki"
)

// authority is the proxy's own certificate authority. It signs a certificate for each host that is asked for, once.
type authority struct {
	ca    *pki.CA
	mu    sync.Mutex
	hosts map[string]*tls.Certificate
}

func newAuthority() (*authority, error) {
	ca, err := pki.NewCA("godev-outside inspecting proxy")
	return &authority{ca: ca, hosts: map[string]*tls.Certificate{}}, err
}

// writeCA writes the certificate that clients have to trust.
func (a *authority) writeCA(file string) error { return os.WriteFile(file, a.ca.Cert, 0o644) }

// certificate returns a certificate that says it is the host.
func (a *authority) certificate(host string) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c, ok := a.hosts[host]; ok {
		return c, nil
	}
	pair, err := a.ca.Issue(pki.Request{CommonName: host, Hosts: []string{host}})
	if err != nil {
		return nil, err
	}
	c, err := tls.X509KeyPair(append(pair.Cert, a.ca.Cert...), pair.Key)
	if err != nil {
		return nil, err
	}
	a.hosts[host] = &c
	return &c, nil
}

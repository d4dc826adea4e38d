// Package pki makes the cluster's own certificate authority and what it signs. Everything is made anew at each start
// and lives in the state folder.
package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// validity is enough for any test and short enough that a forgotten key is of no use.
const validity = 30 * 24 * time.Hour

// Pair is a certificate with its key, both in PEM.
type Pair struct {
	Cert []byte
	Key  []byte
}

// Write stores the pair as dir/name.crt and dir/name.key.
func (p Pair) Write(dir, name string) error {
	if err := os.WriteFile(filepath.Join(dir, name+".crt"), p.Cert, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name+".key"), p.Key, 0o600)
}

// CA signs certificates.
type CA struct {
	Pair
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// Request is what a leaf certificate is for: a client when Hosts is empty, else a server too.
type Request struct {
	CommonName    string
	Organizations []string
	Hosts         []string // names and addresses
}

// NewCA makes a certificate authority.
func NewCA(commonName string) (*CA, error) {
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: commonName},
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	key, err := NewKey()
	if err != nil {
		return nil, err
	}
	ca := &CA{cert: template, key: key}
	if ca.Pair, err = ca.sign(template, key); err != nil {
		return nil, err
	}
	block, _ := pem.Decode(ca.Cert)
	ca.cert, err = x509.ParseCertificate(block.Bytes)
	return ca, err
}

// Issue makes a key and a certificate for it.
func (ca *CA) Issue(r Request) (Pair, error) {
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: r.CommonName, Organization: r.Organizations},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	for _, host := range r.Hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	if len(r.Hosts) > 0 {
		template.ExtKeyUsage = append(template.ExtKeyUsage, x509.ExtKeyUsageServerAuth)
	}
	key, err := NewKey()
	if err != nil {
		return Pair{}, err
	}
	pair, err := ca.sign(template, key)
	if err != nil {
		return Pair{}, fmt.Errorf("certificate of %s: %w", r.CommonName, err)
	}
	return pair, nil
}

func (ca *CA) sign(template *x509.Certificate, key *ecdsa.PrivateKey) (Pair, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return Pair{}, err
	}
	template.SerialNumber = serial
	// An hour back: a pod's or a test's clock may be a little behind.
	template.NotBefore = time.Now().Add(-time.Hour)
	template.NotAfter = time.Now().Add(validity)
	der, err := x509.CreateCertificate(rand.Reader, template, ca.cert, &key.PublicKey, ca.key)
	if err != nil {
		return Pair{}, err
	}
	keyPEM, err := EncodeKey(key)
	if err != nil {
		return Pair{}, err
	}
	return Pair{Cert: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), Key: keyPEM}, nil
}

// NewKey makes a P-256 key.
func NewKey() (*ecdsa.PrivateKey, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }

// EncodeKey returns a key in PEM, in the form of SEC 1 that Kubernetes reads for service account keys.
func EncodeKey(key *ecdsa.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), nil
}

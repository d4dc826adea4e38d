package controlplane

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"

	"godev.io/bench/internal/audit"
)

const (
	admin      = "admin"
	bareClient = audit.BareClient
)

// writeCredentials makes a token and a kubeconfig for each user, and the key of ServiceAccounts' tokens. All users but
// the operator may do everything: their rights are not what is measured.
func (cp *ControlPlane) writeCredentials() error {
	cp.tokens = map[string]string{}
	var table strings.Builder
	for _, user := range []string{admin, bareClient, manager, scheduler, nodePlayer} {
		cp.tokens[user] = rand.Text()
		fmt.Fprintf(&table, "%s,%s,%s,system:masters\n", cp.tokens[user], user, user)
		if err := cp.writeKubeconfig(user, cp.tokens[user]); err != nil {
			return err
		}
	}
	if err := os.WriteFile(cp.file("tokens.csv"), []byte(table.String()), 0o600); err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	return os.WriteFile(cp.file("service-account.key"), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), 0o600)
}

func (cp *ControlPlane) writeKubeconfig(user, token string) error {
	return WriteKubeconfig(cp.kubeconfig(user), cp.APIServerURL(), cp.CA(), token)
}

// WriteKubeconfig writes a kubeconfig for a user with a token, whose own namespace is the operator's.
func WriteKubeconfig(file, server, ca, token string) error {
	config := api.NewConfig()
	config.Clusters["bench"] = &api.Cluster{Server: server, CertificateAuthority: ca}
	config.AuthInfos["bench"] = &api.AuthInfo{Token: token}
	config.Contexts["bench"] = &api.Context{Cluster: "bench", AuthInfo: "bench", Namespace: operatorNamespace}
	config.CurrentContext = "bench"
	return clientcmd.WriteToFile(*config, file)
}

// ready fails while the API server is not. Its certificate is not there before it listens.
func (cp *ControlPlane) ready(ctx context.Context) error {
	ca, err := os.ReadFile(cp.CA())
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca) {
		return errors.New("the API server's certificate cannot be read")
	}
	client := http.Client{
		Timeout:   5 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true},
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, cp.APIServerURL()+"/readyz", nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+cp.tokens[admin])
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("readyz: %s", response.Status)
	}
	return nil
}

// Package kube asks the API server the few things that the test cluster itself needs to know.
package kube

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"godev.io/testcluster/internal/layout"
)

// Client is a client with the administrator's certificate.
type Client struct{ http http.Client }

// NewClient reads the credentials of the running cluster.
func NewClient(l layout.Layout) (*Client, error) {
	cert, err := tls.LoadX509KeyPair(filepath.Join(l.PKI(), "admin.crt"), filepath.Join(l.PKI(), "admin.key"))
	if err != nil {
		return nil, err
	}
	ca, err := os.ReadFile(filepath.Join(l.PKI(), "ca.crt"))
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca) {
		return nil, errors.New("the cluster's CA certificate cannot be read")
	}
	return &Client{http.Client{
		Timeout: 3 * time.Second,
		// No proxy: the cluster is on this machine.
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{cert}}},
	}}, nil
}

func (c *Client) get(ctx context.Context, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, layout.APIServer+path, nil)
	if err != nil {
		return nil, err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", path, response.Status)
	}
	return body, err
}

// Ready fails while the API server is not ready.
func (c *Client) Ready(ctx context.Context) error {
	_, err := c.get(ctx, "/readyz")
	return err
}

type condition struct {
	Type   string `json:"type"`
	Status string `json:"status"`
	Reason string `json:"reason"`
}

type object struct {
	Status struct {
		Conditions        []condition `json:"conditions"`
		AvailableReplicas int         `json:"availableReplicas"`
	} `json:"status"`
}

// NodeReady fails while the node is not ready.
func (c *Client) NodeReady(ctx context.Context) error {
	node, err := c.object(ctx, "/api/v1/nodes/"+layout.NodeName)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(node.Status.Conditions, func(c condition) bool { return c.Type == "Ready" && c.Status == "True" }) {
		return errors.New("the node is not ready: " + summary(node.Status.Conditions))
	}
	return nil
}

// DNSReady fails while no pod of the cluster's DNS server is available.
func (c *Client) DNSReady(ctx context.Context) error {
	deployment, err := c.object(ctx, "/apis/apps/v1/namespaces/kube-system/deployments/coredns")
	if err == nil && deployment.Status.AvailableReplicas == 0 {
		err = errors.New("CoreDNS has no available pod")
	}
	return err
}

func (c *Client) object(ctx context.Context, path string) (object, error) {
	body, err := c.get(ctx, path)
	if err != nil {
		return object{}, err
	}
	var o object
	return o, json.Unmarshal(body, &o)
}

func summary(conditions []condition) string {
	var words []string
	for _, c := range conditions {
		words = append(words, c.Type+"="+c.Status+" ("+c.Reason+")")
	}
	return strings.Join(words, ", ")
}

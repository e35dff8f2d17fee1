// The GitHub provider for the lab: the real terraform-provider-github, served to the Pulumi engine by
// Pulumi's own bridge. The official plugin is made of the same two modules but is no published
// module itself. This file maps the types that the components use as the official plugin maps them:
// https://github.com/pulumi/pulumi-github/blob/master/provider/resources.go
package main

import (
	"github.com/integrations/terraform-provider-github/v6/github"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	sdk "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// The linker sets it to the version of the official plugin that this one replaces.
var version string

func main() {
	provider := tfbridge.ProviderInfo{
		P:       sdk.NewProvider(github.NewProvider(version, "")()),
		Name:    "github",
		Version: version,
		Config: map[string]*tfbridge.SchemaInfo{
			"base_url": {Default: &tfbridge.DefaultInfo{
				EnvVars: []string{"GITHUB_BASE_URL"},
				Value:   "https://api.github.com/",
			}},
			"token": {
				Default: &tfbridge.DefaultInfo{EnvVars: []string{"GITHUB_TOKEN"}},
				Secret:  tfbridge.True(),
			},
			// The one difference from the official plugin, which pauses for a second after each
			// write: the lab's GitHub has no abuse limit. A program that sets it is obeyed.
			"write_delay_ms": {Default: &tfbridge.DefaultInfo{Value: 0}},
		},
		Resources: map[string]*tfbridge.ResourceInfo{
			"github_repository_deploy_key": {
				Tok:                 resource("repositoryDeployKey", "RepositoryDeployKey"),
				DeleteBeforeReplace: true,
			},
			"github_repository_file":    {Tok: resource("repositoryFile", "RepositoryFile")},
			"github_repository_webhook": {Tok: resource("repositoryWebhook", "RepositoryWebhook")},
			"github_user_gpg_key":       {Tok: resource("userGpgKey", "UserGpgKey")},
		},
		DataSources: map[string]*tfbridge.DataSourceInfo{
			"github_ssh_keys": {Tok: "github:index/getSshKeys:getSshKeys"},
		},
		EnableZeroDefaultSchemaVersion: true,
		EnableAccurateBridgePreview:    true,
		EnableRawStateDelta:            true,
	}
	// No schema: it serves code generation and warnings about types, and the SDKs exist already.
	tfbridge.Main("github", version, provider, nil)
}

func resource(module, name string) tokens.Type {
	return tokens.Type("github:index/" + module + ":" + name)
}

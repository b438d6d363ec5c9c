"""The plan repeats what stack files and components say, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from roastery.bootstrap.errors import PlanError
from roastery.bootstrap.plan import project_root, read
from stacks.bootstrap.needs import NAMESPACES
from stacks.bootstrap.plan import plan
from stacks.bootstrap_section import BootstrapSection
from stacks.config import ROOT, ConfigError, StackConfig


@pytest.mark.parametrize("stack", ["prod", "dev"])
def test_charts_and_images_of_a_stack_come_from_the_shared_registry(stack: str) -> None:
    config = StackConfig.of_file(stack)
    content = plan(config, stack)

    own = [config.images.training, config.images.runner]
    assert {image.partition("/")[0] for image in own} == {content["login_server"]}
    if config.network.egress != "open":
        assert config.argo.image_registry == content["login_server"]
        assert config.argo.chart_repository == f"oci://{content['login_server']}/helm"


def test_dev_takes_what_prod_mirrors() -> None:
    assert read("dev", ROOT).registry == read("prod", ROOT).registry


def test_the_state_is_in_the_store_of_the_environment() -> None:
    content = read("prod", ROOT)

    assert content.state == f"azblob://pulumi-state?storage_account={content.account.rpartition('/')[2]}"
    assert content.own_state


def test_every_namespace_that_the_program_uses_is_registered() -> None:
    """By the types of azure-native that the components declare."""
    modules = {
        line.removeprefix("from pulumi_azure_native import ").split(" as ")[0].strip()
        for file in (ROOT / "platform" / "roastery" / "components").rglob("*.py")
        for part in file.read_text().splitlines()
        if part.startswith("from pulumi_azure_native import ")
        for line in part.replace("from pulumi_azure_native import ", "").split(",")
    }
    renamed = {"applicationinsights": "insights", "monitor": "insights", "privatedns": "network"}
    wanted = {f"microsoft.{renamed.get(module, module)}" for module in modules}

    assert wanted <= {name.lower() for name in NAMESPACES}


def test_a_missing_stack_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"Pulumi\.nowhere\.yaml does not exist"):
        read("nowhere", ROOT)
    with pytest.raises(PlanError, match="no stacks/bootstrap"):
        project_root(tmp_path)


def test_a_secret_of_the_stack_file_is_not_decrypted(tmp_path: Path) -> None:
    content = yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text())
    content["config"]["roastery:snowflake"] |= {"authentication": "password", "user": "u", "secret": "s"}
    content["config"]["roastery:snowflake_secret"] = {"secure": "v1:abc"}
    (tmp_path / "Pulumi.prod.yaml").write_text(yaml.safe_dump(content))

    config = StackConfig.of_file("prod", tmp_path)

    assert config.snowflake_secret is not None
    assert config.snowflake_secret.get_secret_value() == "encrypted"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {
                "pipelines": [
                    {"name": "aaa", "identity": "runner", "issuer": "https://i", "subject": "repo:*"}
                ]
            },
            "subject",
        ),
        (
            {
                "pipelines": [
                    {"name": name, "identity": "runner", "issuer": "https://i.example", "subject": "same"}
                    for name in ("one-a", "one-b")
                ]
            },
            "names the subject same twice",
        ),
        (
            {
                "pipelines": [
                    {"name": "same", "identity": "runner", "issuer": "https://i.example", "subject": subject}
                    for subject in ("a", "b")
                ]
            },
            "two entries with the name same",
        ),
        (
            {
                "pipelines": [
                    {"name": f"p-{n}", "identity": "argo", "issuer": "https://i.example", "subject": f"s{n}"}
                    for n in range(19)
                ]
            },
            "at most 18",
        ),
        ({"registry": "crsroastery"}, "registry"),
    ],
)
def test_a_wrong_section_is_refused_with_the_key(values: dict[str, object], message: str) -> None:
    content = yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text())["config"]
    plain = {key.removeprefix("roastery:"): value for key, value in content.items() if "roastery:" in key}

    with pytest.raises(ConfigError, match=message):
        StackConfig.parse({**plain, "bootstrap": values})


def test_github_environments_become_exact_subjects() -> None:
    section = BootstrapSection(github="globojava/roastery")

    subjects = {pipeline.subject: pipeline.identity for pipeline in section.federated("prod")}

    assert subjects["repo:globojava/roastery:environment:prod"] == "runner"
    assert subjects["repo:globojava/roastery:environment:prod-jobs"] == "argo"
    workflows = "".join(file.read_text() for file in (ROOT / ".github" / "workflows").glob("*.yml"))
    for subject in subjects:
        assert f"environment: {subject.rpartition(':')[2]}\n" in workflows

import os

import pytest

from syncadmin.supervisor.folder import AlreadyRunning, claimed


def test_a_second_demo_on_the_same_folder_is_told_who_holds_it(tmp_path):
    with claimed(tmp_path), pytest.raises(AlreadyRunning, match=f"process {os.getpid()}"):
        with claimed(tmp_path):
            pass


def test_a_folder_is_free_again_after_its_demo(tmp_path):
    with claimed(tmp_path):
        pass
    with claimed(tmp_path):
        pass

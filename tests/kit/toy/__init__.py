"""Two small services on the real chassis, so that its promises can be shown without any business.

`events` owns things and answers calls; `notifications` reacts to what happens to them. They use the
names of real services because only those have databases and users; only processes of their own
import these modules, so the real contracts never meet them.
"""
